"""A stand-in of DfE's receiver on this machine, for tests and the demo. It says what it holds, which DfE does not."""
