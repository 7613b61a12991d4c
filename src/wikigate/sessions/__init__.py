"""Who is asking: sessions, their cookies, their token secrets."""
