<?php

/** A Roundcube with a configuration and a database of the tests' own; no web server, no mailbox. */

$folder = sys_get_temp_dir() . '/dkimstatus-phpunit-' . getmypid();
foreach (['config', 'logs', 'temp', 'plugins'] as $each) {
    mkdir("$folder/$each", 0755, true);
}
register_shutdown_function(function () use ($folder) {
    exec('rm -rf ' . escapeshellarg($folder));
});

// Debian's, or another one that is installed.
$roundcube = getenv('DKIMSTATUS_ROUNDCUBE') ?: '/usr/share/roundcube';
foreach (['program', 'skins', 'vendor'] as $each) {
    if (is_dir("$roundcube/$each")) {
        symlink("$roundcube/$each", "$folder/$each");
    }
}
symlink(dirname(__DIR__, 2) . '/plugin/roundcube', "$folder/plugins/dkimstatus");
foreach (glob("$roundcube/plugins/*") as $each) {
    symlink($each, "$folder/plugins/" . basename($each));
}
foreach (['defaults.inc.php', 'mimetypes.php'] as $each) {
    $own = "$roundcube/config/$each";
    symlink(is_file($own) ? $own : "/etc/roundcube/$each", "$folder/config/$each");
}
$config = [
    'db_dsnw' => "sqlite:///$folder/db.sqlite?mode=0640",
    'log_dir' => "$folder/logs/",
    'log_driver' => 'file',
    'temp_dir' => "$folder/temp/",
    'des_key' => 'phpunit-has-24-characters',
];
file_put_contents("$folder/config/config.inc.php", '<?php $config = ' . var_export($config, true) . ';');

define('INSTALL_PATH', "$folder/");
define('RCMAIL_CONFIG_DIR', "$folder/config");
require_once INSTALL_PATH . 'program/include/iniset.php';

$rc = rcmail::get_instance(0, 'test');
$rc->get_dbh()->exec_script(file_get_contents("$roundcube/SQL/sqlite.initial.sql"));
$rc->get_dbh()->query("INSERT INTO users (user_id, username, mail_host) VALUES (42, 'alice', 'imap.example.org')");
$rc->plugins->init($rc, 'mail');

require_once INSTALL_PATH . 'plugins/dkimstatus/dkimstatus.php';
foreach (glob(INSTALL_PATH . 'plugins/dkimstatus/lib/*.php') as $file) {
    require_once $file;
}
require_once __DIR__ . '/Mailbox.php';
