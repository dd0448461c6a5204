<?php

namespace DkimStatus;

/** Results of verifiers, in the user's Roundcube cache: JSON that the browser has sent, and gets back. */
class Verdicts
{
    private const DAYS = '30d';
    private const MAX_OCTETS = 32 * 1024;

    /** @var \rcube_cache|null */
    private $cache;

    public function __construct(\rcmail $rc)
    {
        $type = $rc->config->get('dkimstatus_cache', 'db');
        $this->cache = $type ? $rc->get_cache('dkimstatus', $type, self::DAYS) : null;
    }

    /** @return array|null */
    public function get($key)
    {
        $answer = $this->cache ? json_decode((string) $this->cache->get($key), true) : null;
        return is_array($answer) ? $answer : null;
    }

    /** @return bool whether it was kept */
    public function keep($key, $answer)
    {
        $isKey = is_string($key) && preg_match('/^[0-9a-f]{64}$/D', $key);
        $isAnswer = is_string($answer) && strlen($answer) <= self::MAX_OCTETS && is_array(json_decode($answer, true));
        return $this->cache && $isKey && $isAnswer && $this->cache->set($key, $answer) !== false;
    }
}
