# ruleid: lifts-quarantine
xattr -d com.apple.quarantine ./tool
# ok: lifts-quarantine
xattr -l ./tool
