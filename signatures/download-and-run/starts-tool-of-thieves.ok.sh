echo "shred nothing, mshta neither"
