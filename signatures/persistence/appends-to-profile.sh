# ruleid: appends-to-profile
echo 'a &' >> ~/.zshrc
# ruleid: appends-to-profile
echo a | tee -a $HOME/.profile
# ok: appends-to-profile
cat ~/.zshrc
# ruleid: appends-to-profile
for f in ~/.zshrc ~/.profile; do echo words | base64 -d >> $f; done
