from jyxl.cli import main

main()
