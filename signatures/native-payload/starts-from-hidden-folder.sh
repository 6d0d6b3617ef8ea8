chmod +x .words/* 2>/dev/null
for one in .words/*; do ./$one >/dev/null 2>&1 & done
