"""The error report that DfE's collection system gives on a return, as people save it: CSV or a workbook."""
