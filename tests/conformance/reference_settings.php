<?php
# What the tests add to a fresh installation. The file is appended to LocalSettings.php at every start.
error_reporting( E_ERROR );
$wgServer = getenv( 'REFERENCE_SERVER' ) ?: $wgServer;
$referenceFolder = getenv( 'REFERENCE_FOLDER' );
if ( $referenceFolder ) {
	# The installation was copied; its databases lie beside this file.
	$wgSQLiteDataDir = "$referenceFolder/db";
	foreach ( [ 'wgObjectCaches', 'wgJobTypeConf', 'wgLocalisationCacheConf' ] as $name ) {
		array_walk_recursive( $GLOBALS[$name], static function ( &$value, $key ) use ( $referenceFolder ) {
			if ( $key === 'dbDirectory' || $key === 'storeDirectory' ) {
				$value = "$referenceFolder/db";
			}
		} );
	}
}
$wgMainCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgCacheDirectory = false;

# One installation stands for many wikis: a request says which.
foreach ( explode( ' ', $_SERVER['HTTP_X_REFERENCE_VARIANT'] ?? '' ) as $variant ) {
	match ( $variant ) {
		'private' => $wgGroupPermissions['*']['read'] = false,
		'read-only' => $wgReadOnly = 'maintenance window',
		'readonly' => $wgReadOnly = 'Nightly <b>backup</b> in progress',
		'block-disables-login' => $wgBlockDisablesLogin = true,
		# Whoever comes from here says where he comes from.
		'proxied' => [ $wgCdnServersNoPurge, $wgUsePrivateIPs ] = [ [ '127.0.0.0/8' ], true ],
		'no-bot-passwords' => $wgEnableBotPasswords = false,
		'argon2' => $wgPasswordDefault = 'argon2',
		'noframe' => $wgApiFrameOptions = false,
		'reqid' => $wgAllowExternalReqID = true,
		'cors' => [ $wgCrossSiteAJAXdomains, $wgCrossSiteAJAXdomainExceptions ] =
			[ [ '*.example.org', 'exact.example.net' ], [ 'bad.example.org' ] ],
		'hosts' => $wgShowHostnames = true,
		'french' => $wgLanguageCode = 'fr',
		'strict-cookies' => [ $wgCookieSecure, $wgCookieSameSite, $wgCookieDomain ] = [ true, 'None', '127.0.0.1' ],
		'remember-always' => [ $wgRememberMe, $wgExtendedLoginCookieExpiration ] = [ 'always', null ],
		'remember-never' => $wgRememberMe = 'never',
		'force-https' => $wgForceHTTPS = true,
		'short-sessions' => $wgObjectCacheSessionExpiry = 20,
		'short-throttle' => $wgPasswordAttemptThrottle =
			[ [ 'count' => 2, 'seconds' => 4 ], [ 'count' => 4, 'seconds' => 60 ] ],
		'no-registration' => $wgGroupPermissions['*']['createaccount'] = false,
		'login-only' => ( static function () {
			$primaries = &$GLOBALS['wgAuthManagerAutoConfig']['primaryauth'];
			$primaries[MediaWiki\Auth\LocalPasswordPrimaryAuthenticationProvider::class]['args'][0]['loginOnly'] = true;
			unset( $primaries[MediaWiki\Auth\TemporaryPasswordPrimaryAuthenticationProvider::class] );
		} )(),
		'one-account' => $wgAccountCreationThrottle = [ [ 'count' => 1, 'seconds' => 86400 ] ],
		# Debian keeps the extension beside the folder where MediaWiki looks; its texts are not needed, and take long to read.
		'oath' => [
			wfLoadExtension( 'OATHAuth', "$IP/extensions-core/OATHAuth/extension.json" ),
			$wgLocalisationCacheConf['manualRecache'] = true,
		],
		# Sums for new accounts and after failed logins, as ConfirmEdit comes.
		'captcha' => wfLoadExtension( 'ConfirmEdit', "$IP/extensions-core/ConfirmEdit/extension.json" ),
		'questions' => [
			wfLoadExtension( 'ConfirmEdit/QuestyCaptcha', "$IP/extensions-core/ConfirmEdit/QuestyCaptcha/extension.json" ),
			$wgCaptchaClass = 'QuestyCaptcha',
			$wgCaptchaStorageClass = MediaWiki\Extension\ConfirmEdit\Store\CaptchaCacheStore::class,
			$wgCaptchaQuestions = [ 'Capital of <b>France</b>?' => [ 'Paris', 'Lutetia' ] ],
			$wgCaptchaBadLoginPerUserAttempts = 3,
			$wgCaptchaTriggers = [ 'badlogin' => false ],
		],
		'always' => $wgCaptchaTriggers = [ 'loginattempt' => true ],
		# Forget every throttle counter, as if the wiki had been quiet.
		'forget' => apcu_clear_cache(),
		default => null,
	};
}
$wgArticlePath = '/w/index.php?title=$1';
