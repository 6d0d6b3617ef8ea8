# ruleid: misuses-windows-programs
[System.Reflection.Assembly]::Load($bytes)
# ruleid: misuses-windows-programs
(New-Object Net.WebClient).DownloadFile($from, $to); Start-Process $to
# ok: misuses-windows-programs
Write-Host "ready"
