# Perl's MediaWiki::API: POST for everything; its logout only throws its cookies away. Mode: login. The contract stands in steps.py.
use strict;
use warnings;
use MediaWiki::API;

my ($api, $name, $mode) = @ARGV;
my $password = $ENV{PASSWORD};
(my $account = $name) =~ s/@.*//;
my $wiki = MediaWiki::API->new({ api_url => $api, retries => 0 });
$| = 1;

sub step {
    my ($what, $value) = @_;
    print "$what\t", $value // 'ok', "\n";
}

sub ask {
    my ($of, %parameters) = @_;
    return $of->api({ %parameters }) // die "$of->{error}{code}: $of->{error}{details}";
}

sub userinfo { return ask(shift, action => 'query', meta => 'userinfo')->{query}{userinfo} }

step('version', $MediaWiki::API::VERSION);
my $answer = $wiki->login({ lgname => $name, lgpassword => $password });
unless ($answer) {
    step('login', "refused: $wiki->{error}{code}: $wiki->{error}{details}");
    exit 3;
}
die "login: $answer->{result}" unless $answer->{result} eq 'Success' && $answer->{lgusername} eq $account;
step('login');

my $info = userinfo($wiki);
die "userinfo: $info->{name} $info->{id}" unless $info->{name} eq $account && $info->{id} > 0 && !exists $info->{anon};
step('userinfo', "$info->{name} ($info->{id})");
my $token = ask($wiki, action => 'query', meta => 'tokens', type => 'csrf')->{query}{tokens}{csrftoken};
die "csrf: $token" unless $token =~ /\+\\$/ && $token ne '+\\';
step('csrf');

my $jar = $wiki->{ua}{cookie_jar};
$wiki->logout();
die 'without cookies still logged in' unless userinfo(MediaWiki::API->new({ api_url => $api, retries => 0 }))->{id} == 0;
$wiki->{ua}{cookie_jar} = $jar;
my $logout = 'its own';
if (userinfo($wiki)->{id} > 0) {
    ask($wiki, action => 'logout', token => $token);
    $logout = 'posted; its own tells the server nothing';
}
$info = userinfo($wiki);
die "after the logout: $info->{name}" unless $info->{id} == 0 && exists $info->{anon};
step('logout', $logout);
