git -C "$top" -c user.name=bot commit -qam "chore: tools"
git -C "$top" push -q origin HEAD
