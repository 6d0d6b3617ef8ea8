# ruleid: opens-network
$text = Invoke-RestMethod 'https://files.example.test/a'
# ok: opens-network
Write-Host ready
