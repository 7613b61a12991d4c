<?php
// PHP's curl in the manner of the API documentation's sample: a new handle for each request, cookies through a file alone.
// Modes: login, clientlogin. The contract stands in steps.py.
[, $api, $name, $mode] = $argv;
$password = getenv('PASSWORD');
$account = explode('@', $name)[0];
$jar = getcwd() . '/cookies.txt';

function step(string $what, string $value = 'ok'): void {
	echo "$what\t$value\n";
}

function must(bool $holds, string $what): void {
	if (!$holds) {
		fwrite(STDERR, "$what\n");
		exit(1);
	}
}

function call(array $parameters, bool $post = false): array {
	global $api, $jar;
	$fields = http_build_query($parameters + ['format' => 'json']);
	$handle = curl_init($post ? $api : "$api?$fields");
	if ($post) {
		curl_setopt($handle, CURLOPT_POST, true);
		curl_setopt($handle, CURLOPT_POSTFIELDS, $fields);
	}
	curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
	curl_setopt($handle, CURLOPT_COOKIEJAR, $jar);
	curl_setopt($handle, CURLOPT_COOKIEFILE, $jar);
	$answer = curl_exec($handle);
	must(is_string($answer), curl_error($handle));
	curl_close($handle);
	unset($handle);
	gc_collect_cycles(); // the jar is written when the handle goes
	return json_decode($answer, true);
}

function userinfo(): array {
	return call(['action' => 'query', 'meta' => 'userinfo'])['query']['userinfo'];
}

step('version', PHP_VERSION . ', curl ' . curl_version()['version']);
$token = call(['action' => 'query', 'meta' => 'tokens', 'type' => 'login'])['query']['tokens']['logintoken'];
if ($mode === 'clientlogin') {
	$answer = call([
		'action' => 'clientlogin', 'username' => $name, 'password' => $password, 'logintoken' => $token,
		'loginreturnurl' => 'http://127.0.0.1:5000/',
	], true);
	$accepted = $answer === ['clientlogin' => ['status' => 'PASS', 'username' => $account]];
} else {
	$answer = call(['action' => 'login', 'lgname' => $name, 'lgpassword' => $password, 'lgtoken' => $token], true);
	$accepted = ($answer['login']['result'] ?? '') === 'Success';
}
if (!$accepted) {
	step('login', 'refused: ' . json_encode($answer));
	exit(3);
}
step('login');

$info = userinfo();
must($info['name'] === $account && $info['id'] > 0 && !isset($info['anon']), json_encode($info));
step('userinfo', "{$info['name']} ({$info['id']})");
$token = call(['action' => 'query', 'meta' => 'tokens'])['query']['tokens']['csrftoken'];
must(str_ends_with($token, '+\\') && $token !== '+\\', $token);
step('csrf');

$answer = call(['action' => 'logout', 'token' => $token], true);
must($answer === [], json_encode($answer));
$info = userinfo();
must($info['id'] === 0 && isset($info['anon']), json_encode($info));
step('logout');
