"""What leaves this process towards others: requests to identity providers and verifiers, and mail."""
