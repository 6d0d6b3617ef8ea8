# ruleid: pushes-to-git
git commit -qm "chore" && git push
# ruleid: pushes-to-git
git push https://user:$TOKEN@code.example.test/a.git
# ok: pushes-to-git
git clone https://code.example.test/a.git
# ruleid: pushes-to-git
git -C "$dir" -c user.name=bot -c user.email=bot@example.test commit -qam work &&
  git -C "$dir" push -q origin "$branch"
# ok: pushes-to-git
git -C "$dir" -c core.abbrev=8 log -1
# ruleid: pushes-to-git
g() { git --git-dir="$1/.git" --work-tree="$1" "${@:2}"; }
g "$dir" push -q
# ok: pushes-to-git
h() { git -C "$1" "$@"; }
h "$dir" status
