# ruleid: erases-itself
del "%~f0"
# ruleid: erases-itself
ren other.json package.json
# ok: erases-itself
del build.log
