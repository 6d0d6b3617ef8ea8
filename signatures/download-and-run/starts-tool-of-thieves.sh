D="$HOME/x-none"
find "$D" -type f -print0 | xargs -0 sh""red -u
