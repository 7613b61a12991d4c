"""OpenID Connect: one relying party, two shapes towards clients."""
