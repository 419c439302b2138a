from jyxl.cli import start

start()
