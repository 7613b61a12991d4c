"""Lists of passwords that are known from breaches: none, a file, or a service (NIST SP 800-63B-4 §3.1.1.2; security A4)."""
