#!/usr/bin/env php
<?php

/**
 * Looks at the latest messages in a user's inbox, and suggests which authserv-ids to believe.
 *
 * Usage: bin/suggest-ids.sh USER   (the password is asked for, or read from DKIMSTATUS_PASSWORD)
 * ROUNDCUBE names Roundcube's folder, if the plugin is not in its plugins folder.
 */

use DkimStatus\HeaderFields;

const MESSAGES = 50;

define('INSTALL_PATH', rtrim(getenv('ROUNDCUBE') ?: realpath(__DIR__ . '/../../..'), '/') . '/');
if (PHP_SAPI !== 'cli' || $argc !== 2 || !is_file(INSTALL_PATH . 'program/include/clisetup.php')) {
    fwrite(STDERR, "usage: suggest-ids.sh USER, in Roundcube's plugins/dkimstatus/bin/\n");
    exit(2);
}
require_once INSTALL_PATH . 'program/include/clisetup.php';
require_once __DIR__ . '/../lib/HeaderFields.php';

$found = idsIn(headerBlocks(connected($argv[1])));
if ($found === []) {
    echo "No Authentication-Results fields: nothing can be believed before your mail server writes them.\n";
    exit(1);
}
report($found);

function connected($user)
{
    $rc = rcmail::get_instance();
    $hosts = (array) ($rc->config->get('imap_host') ?: $rc->config->get('default_host'));
    $host = is_string(key($hosts)) ? key($hosts) : reset($hosts);
    preg_match('~^(?:(ssl|tls|imap|imaps)://)?([^:/]+)(?::(\d+))?~', (string) $host, $match);
    $ssl = ['ssl' => 'ssl', 'imaps' => 'ssl', 'tls' => 'tls'][$match[1] ?? ''] ?? null;
    $port = (int) ($match[3] ?? ($rc->config->get('default_port') ?: ($ssl === 'ssl' ? 993 : 143)));
    $password = getenv('DKIMSTATUS_PASSWORD');
    if ($password === false) {
        $password = rcube_utils::prompt_silent("Password of $user: ");
    }
    $storage = $rc->get_storage();
    if (!$storage->connect($match[2] ?? 'localhost', $user, $password, $port, $ssl)) {
        fwrite(STDERR, "suggest-ids.sh: no login as $user at $host\n");
        exit(2);
    }
    return $storage;
}

function headerBlocks(rcube_storage $storage)
{
    $uids = array_slice($storage->index('INBOX', '', '')->get(), -MESSAGES);
    $blocks = $uids === [] ? [] : (new HeaderFields($storage))->blocks('INBOX', $uids);
    printf("%d messages in the inbox\n\n", count((array) $blocks));
    return (array) $blocks;
}

/** @return array by id: in how many messages, and below how many Received fields the topmost stands in each */
function idsIn(array $blocks)
{
    $found = [];
    foreach ($blocks as $block) {
        $received = 0;
        $seen = [];
        foreach (HeaderFields::fieldsOf($block) as $field) {
            $name = HeaderFields::nameOf($field);
            $received += (int) ($name === 'RECEIVED');
            $id = $name === HeaderFields::RESULTS ? idOf(substr(strstr($field, ':'), 1)) : '';
            if ($id !== '' && !isset($seen[$id])) {
                $seen[$id] = true;
                $found[$id][] = $received;
            }
        }
    }
    uasort($found, function ($one, $other) {
        return count($other) <=> count($one);
    });
    return $found;
}

/** The first word of a field's value; RFC 8601 section 2.2. */
function idOf($value)
{
    $matched = preg_match('/^(?:\s|\([^()]*\))*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\s;"()]+))/', $value, $match);
    $id = $matched ? strtolower($match[2] ?? stripslashes($match[1])) : '';
    $id = preg_replace('~/[^/]*$~', '/*', $id); // OpenDKIM's job id
    return preg_match('~^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+(?:/\*)?$~D', $id) ? $id : '';
}

function report(array $found)
{
    printf("%-40s %9s   %s\n", 'id', 'messages', 'Received fields above');
    foreach ($found as $id => $above) {
        $range = min($above) === max($above) ? (string) max($above) : min($above) . ' to ' . max($above);
        printf("%-40s %9d   %s\n", substr($id, 0, 40), count($above), $range);
    }
    $id = (string) key($found);
    echo "\n\$config['dkimstatus_trusted_authserv_ids'] = ['$id'];\n";
    $times = array_count_values($found[$id]);
    arsort($times);
    printf("\$config['dkimstatus_max_received_above'] = %d;\n\n", key($times));
    echo "Senders can write such fields, too. Adopt an id only if your own server writes it, and strips it from\n"
        . "incoming mail; your own server's stands below a small number of Received fields, always the same.\n";
}
