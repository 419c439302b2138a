@echo off
pushd "%~dp0.."
"%~dp0python\python.exe" -m jyxl.desk new %*
popd
