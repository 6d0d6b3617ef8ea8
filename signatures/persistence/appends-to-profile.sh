# ruleid: appends-to-profile
echo 'a &' >> ~/.zshrc
# ruleid: appends-to-profile
echo a | tee -a $HOME/.profile
# ok: appends-to-profile
cat ~/.zshrc
