<?php

namespace DkimStatus;

/** Whose fields are believed, and where. It fails closed: what is not configured, or cannot be read, is not trusted. */
class Trust
{
    /** @var \rcmail */
    private $rc;

    public function __construct(\rcmail $rc)
    {
        $this->rc = $rc;
    }

    /** What the element is told. */
    public function env()
    {
        $most = $this->setting('dkimstatus_max_received_above');
        return [
            'trusted' => implode(' ', $this->ids()),
            'trustWithoutId' => $this->setting('dkimstatus_trust_without_id') === true,
            'legacyFields' => $this->setting('dkimstatus_legacy_fields') === true,
            'maxReceivedAbove' => is_int($most) ? max(0, $most) : null,
        ];
    }

    /** @return bool whether the folder's messages came through the mail server that is trusted */
    public function covers($folder)
    {
        $folders = $this->setting('dkimstatus_trusted_folders');
        return $folders === null || (is_array($folders) && $this->isIn($folder, $folders));
    }

    /** @return bool whether the folder holds the user's own messages: its list shows recipients */
    public function isNeutral($folder)
    {
        $own = [$this->rc->config->get('sent_mbox'), $this->rc->config->get('drafts_mbox')];
        return strtoupper($folder) !== 'INBOX' && $this->isIn($folder, array_filter($own));
    }

    /** Without a trusted id no field is believed: the log tells the administrator, once a session. */
    public function warnOnce()
    {
        if (!empty($_SESSION['dkimstatus_warned'])) {
            return;
        }
        $_SESSION['dkimstatus_warned'] = true;
        if ($this->ids() === []) {
            self::log('dkimstatus_trusted_authserv_ids is empty: no field is believed; see bin/suggest-ids.sh');
        }
        $dropped = Migration::dropped($this->rc->config);
        if ($dropped !== []) {
            self::log('settings of authres_status that mean nothing here: ' . implode(', ', $dropped));
        }
    }

    /** @return string[] of the one operator whose mail server fills this mailbox */
    private function ids()
    {
        $ids = $this->setting('dkimstatus_trusted_authserv_ids') ?? $this->setting(Migration::TRUSTED);
        return array_values(array_filter((array) $ids, function ($id) {
            return is_string($id) && $id !== '' && !preg_match('/\s/', $id);
        }));
    }

    /** An array with names as its keys has a value for each IMAP host, and none for others. */
    private function setting($name)
    {
        $value = $this->administrators($name)->get($name);
        if (is_array($value) && $value !== [] && is_string(key($value))) {
            $hosts = array_change_key_case($value, CASE_LOWER);
            return $hosts[strtolower($_SESSION['storage_host'] ?? '')] ?? [];
        }
        return $value;
    }

    /** In Roundcube a preference that a user has stored overrides the configuration, but not here. */
    private function administrators($name)
    {
        if (!$this->rc->user || !array_key_exists($name, (array) $this->rc->user->get_prefs())) {
            return $this->rc->config;
        }
        $config = new \rcube_config();
        $config->load_from_file(dirname(__DIR__) . '/config.inc.php');
        return $config;
    }

    private static function log($message)
    {
        \rcube::raise_error(['code' => 500, 'message' => "dkimstatus: $message"], true, false);
    }

    /** Whether the folder is one of these or below one. */
    private function isIn($folder, array $folders)
    {
        $delimiter = $this->rc->get_storage()->get_hierarchy_delimiter();
        foreach ($folders as $each) {
            if (strpos($folder . $delimiter, $each . $delimiter) === 0) {
                return true;
            }
        }
        return false;
    }
}
