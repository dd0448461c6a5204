<?php

namespace DkimStatus;

/** Looks up what a verifier in the browser needs, and nothing else. */
class Dns
{
    /** RFC 1035 section 2.3.4 */
    private const MAX_NAME = 253;
    private const A_MINUTE = 60;

    private const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
    private const SELECTOR_LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';

    /** @return bool whether it is the name of a key, in lower case: `selector._domainkey.domain`. RFC 6376 section 3.6.2.1 */
    public static function mayBeAsked($name)
    {
        $selector = self::SELECTOR_LABEL . '(?:\.' . self::SELECTOR_LABEL . ')*';
        $domain = self::LABEL . '(?:\.' . self::LABEL . ')+';
        return is_string($name) && strlen($name) <= self::MAX_NAME
            && preg_match("/^$selector\._domainkey\.$domain$/D", $name);
    }

    /** Counts the session's questions. @return bool whether this is one too many */
    public static function isTooMany($now)
    {
        list($minute, $count) = $_SESSION['dkimstatus_questions'] ?? [0, 0];
        $current = intdiv($now, 60);
        $count = $minute === $current ? $count + 1 : 1;
        $_SESSION['dkimstatus_questions'] = [$current, $count];
        return $count > self::A_MINUTE;
    }

    /**
     * @param string   $name one that may be asked
     * @param callable $ask  for tests; else dns_get_record
     *
     * @return array `records`, each joined to one string of octets as base64; or `error`: not-found, temporary
     */
    public static function txt($name, $ask = 'dns_get_record')
    {
        // The final dot keeps this machine's search domains out.
        $answer = @$ask("$name.", DNS_TXT);
        if (!is_array($answer)) {
            return ['error' => 'temporary'];
        }
        $records = [];
        foreach ($answer as $record) {
            if (($record['type'] ?? '') === 'TXT') {
                $records[] = base64_encode(implode('', $record['entries'] ?? [$record['txt']]));
            }
        }
        return $records === [] ? ['error' => 'not-found'] : ['records' => $records];
    }
}
