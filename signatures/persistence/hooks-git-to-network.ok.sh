cat > .git/hooks/post-commit <<'END'
npm test
END
