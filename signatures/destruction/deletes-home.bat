# ruleid: deletes-home
del /f /s /q "%USERPROFILE%\*.*"
# ruleid: deletes-home
vssadmin delete shadows /all /quiet
# ok: deletes-home
del /q build\out.txt
