"""What Windows runs: batch text, which its command line is too, and PowerShell."""
