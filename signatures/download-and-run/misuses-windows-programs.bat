# ruleid: misuses-windows-programs
start "" /b "%TEMP%\x.exe"
# ruleid: misuses-windows-programs
@%Ab:~2,1%%Ab:~20,1%%Ab:~17,1% https://files.example.test/a
# ruleid: misuses-windows-programs
%a%%b% /transfer j
# ok: misuses-windows-programs
if exist "%TEMP%\out.txt" del "%TEMP%\out.txt"
# ok: misuses-windows-programs
echo %PATH% %CD%
