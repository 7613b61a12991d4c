"""A real directory: slapd on a free port, with people and groups of ours and a certificate that is made for the occasion."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
GROUPS = f"ou=groups,{SUFFIX}"
SERVICE = f"cn=service,{SUFFIX}"
SERVICE_PASSWORD = "service-secret"

_CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSCACertificateFile {folder}/ca.pem
database mdb
suffix "dc=example,dc=org"
directory {folder}/data
maxsize 10485760
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=groups,dc=example,dc=org" by * read
access to * by dn.base="cn=service,dc=example,dc=org" read by self read by * auth
"""

_LDIF = """
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups

dn: cn=service,dc=example,dc=org
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: service
userPassword: service-secret

dn: uid=alice,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: alice
cn: Alice Example
sn: Example
mail: alice@example.org
userPassword: wonder land

dn: uid=bob,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: bob
cn: Bob
sn: Builder
employeeType: twin
userPassword: bob secret

dn: uid=rob,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: rob
uid: robert
cn: Rob
sn: Builder
employeeType: twin
userPassword: rob secret

dn: uid=o(dd*,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: o(dd*
cn: Odd
sn: Odd
userPassword: odd secret

dn: ou=elsewhere,ou=people,dc=example,dc=org
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:{elsewhere}/ou=people,dc=example,dc=org

dn: cn=admins,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: admins
member: uid=alice,ou=people,dc=example,dc=org
member: uid=o(dd*,ou=people,dc=example,dc=org
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Server:
    plain: str
    tls: str
    ca: str
    folder: Path
    elsewhere: int
    """The port of another server, to which this one refers."""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slapd")
    (folder / "data").mkdir()
    make_certificates(folder)
    (folder / "slapd.conf").write_text(_CONF.format(folder=folder))
    elsewhere = free_port()
    (folder / "people.ldif").write_text(_LDIF.lstrip().format(elsewhere=elsewhere))
    conf = str(folder / "slapd.conf")
    subprocess.run(["/usr/sbin/slapadd", "-f", conf, "-l", str(folder / "people.ldif")], check=True)
    plain, tls = free_port(), free_port()
    urls = f"ldap://127.0.0.1:{plain}/ ldaps://127.0.0.1:{tls}/"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(["/usr/sbin/slapd", "-f", conf, "-h", urls, "-d", "0"], stdout=log, stderr=log)
    try:
        wait_for(plain, process)
        wait_for(tls, process)
        yield Server(f"ldap://127.0.0.1:{plain}", f"ldaps://127.0.0.1:{tls}", str(folder / "ca.pem"), folder, elsewhere)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "slapd ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            continue
        return
    raise AssertionError("slapd does not listen")


def make_certificates(folder: Path) -> None:
    """An authority; a server's certificate that is good, one that is over, and one of another host."""
    ca_key, ca_name = ec.generate_private_key(ec.SECP256R1()), _name("Test CA")
    ca = _certificate(ca_name, ca_name, ca_key.public_key(), ca_key, host="")
    key = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    for name, host, days in (("server", "127.0.0.1", 2), ("expired", "127.0.0.1", -1), ("other-host", "127.0.0.2", 2)):
        own = _certificate(_name(host), ca_name, key.public_key(), ca_key, host=host, days=days)
        (folder / f"{name}.pem").write_bytes(own.public_bytes(pem))
    (folder / "server.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, issuer, public, signer, *, host, days=2):
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
    )
    if host:
        names = [x509.IPAddress(ipaddress.ip_address(host))]
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(signer, hashes.SHA256())


@pytest.fixture
def search(server, monkeypatch):
    """A domain that looks people up, as a table of the configuration."""
    monkeypatch.setenv("LDAP_SERVICE_PASSWORD", SERVICE_PASSWORD)
    return {
        "name": "CORP",
        "uri": server.tls,
        "ca_file": server.ca,
        "base": PEOPLE,
        "service_dn": SERVICE,
        "service_password_env": "LDAP_SERVICE_PASSWORD",
        "group_base": GROUPS,
        "groups": {f"cn=admins,{GROUPS}": ["sysop"]},
    }


@pytest.fixture
def direct(server):
    """A domain that binds at once."""
    return {
        "name": "PARTNERS",
        "uri": server.plain,
        "ca_file": server.ca,
        "bind": "direct",
        "dn_template": "uid={username}," + PEOPLE,
    }
