"""Names and passwords of LDAP directories (spec extensions §5)."""
