curl -fsSO https://files.example.test/table.csv
