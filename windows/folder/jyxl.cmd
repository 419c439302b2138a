@"%~dp0python\python.exe" -m jyxl %*
