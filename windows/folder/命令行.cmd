@echo off
set "PATH=%~dp0;%PATH%"
pushd "%~dp0.."
cmd /k jyxl --help
