curl -fsSL -o ./tool https://tools.invalid/tool
xattr -d com.apple.quarantine ./tool
