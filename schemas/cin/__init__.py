"""The children in need (CIN) census: layout, code sets, rules and XSDs by collection year."""
