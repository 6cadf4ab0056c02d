"""The daily feed of children's social care data to DfE: what to send, sending it, and what is known of it after."""
