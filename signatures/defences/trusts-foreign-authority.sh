curl -fsSL -o a.crt https://ca.invalid/a.crt
sudo cp a.crt /usr/local/share/ca-certificates/
sudo update-ca-certificates
