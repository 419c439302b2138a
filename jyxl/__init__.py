"""jyxl: locked workbooks out, validated returns in, one county report."""

__version__ = "0.1.0"
