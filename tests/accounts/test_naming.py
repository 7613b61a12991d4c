from wikigate.accounts.naming import name_rules
from wikigate.accounts.settings import AccountSettings


def test_the_sites_name_is_a_namespace():
    """Recorded: ``Oracle:X`` is no user name on a wiki of that name."""
    rules = name_rules(AccountSettings(), "Test_Wiki")
    assert rules.canonicalise("Test Wiki:X") is None
    assert rules.canonicalise("test wiki talk:X") is None
    assert rules.canonicalise("Other:X") == "Other:X"
    assert name_rules(AccountSettings()).canonicalise("Oracle:X") == "Oracle:X"


def test_the_configuration_names_more():
    rules = name_rules(
        AccountSettings(
            user_namespaces=("Benutzer",),
            namespaces=("Hilfe",),
            reserved_names=("Webmaster",),
            invalid_name_characters="@",
        )
    )
    assert rules.canonicalise("Benutzer:zoë") == rules.canonicalise("user:zoë") == "Zoë"
    assert rules.canonicalise("Hilfe:Zoë") is None
    assert not rules.is_usable("Webmaster")
    assert not rules.is_usable("Maintenance script")
    assert rules.is_creatable("A=b")
    assert not rules.is_creatable("A@b")
