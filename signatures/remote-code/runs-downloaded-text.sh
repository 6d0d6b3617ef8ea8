ssh -o BatchMode=yes get@files.example.test cat boot | sh
