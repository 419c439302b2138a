@echo off
pushd "%~dp0.."
set "JYXL_FOLDER="
if not "%~1"=="" set JYXL_FOLDER="%~1"
"%~dp0python\python.exe" -m jyxl.desk new %JYXL_FOLDER%
popd
exit %ERRORLEVEL%
