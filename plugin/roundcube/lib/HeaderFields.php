<?php

namespace DkimStatus;

/** Header fields as they are on the IMAP server: in their order, repeated ones included. Never a body. */
class HeaderFields
{
    public const RESULTS = 'AUTHENTICATION-RESULTS';

    /** Fields whose value is read. */
    private const READ = [self::RESULTS, 'DKIM-SIGNATURE', 'FROM', 'LIST-ID'];

    /** Fields of which only the number or the position matters. */
    private const COUNTED = ['RECEIVED', 'SENDER', 'REPLY-TO', 'TO', 'CC', 'BCC', 'SUBJECT', 'DATE', 'MESSAGE-ID',
        'IN-REPLY-TO', 'REFERENCES', 'MIME-VERSION', 'CONTENT-TYPE', 'CONTENT-TRANSFER-ENCODING'];

    /** A row with more is sent without fields: a page of rows must stay small. */
    private const MAX_RESULTS = 16;
    private const MAX_OCTETS = 8192;

    /** @var \rcube_storage */
    private $storage;

    public function __construct(\rcube_storage $storage)
    {
        $this->storage = $storage;
    }

    /**
     * @param string                  $folder
     * @param \rcube_message_header[] $messages of that folder
     *
     * @return array by UID, what the browser needs for a row: `headers` (base64), or without the order `results` and
     *               `from`, or nothing of them; and `shown`, the address that Roundcube reads
     */
    public function ofRows($folder, array $messages)
    {
        $uids = array_map(function ($message) {
            return $message->uid;
        }, $messages);
        $blocks = $this->blocks($folder, $uids);
        $rows = [];
        foreach ($messages as $message) {
            if ($blocks === null) {
                $row = self::values($message);
            } else {
                $block = self::reduced($blocks[$message->uid] ?? '');
                $row = $block === null ? [] : ['headers' => base64_encode($block)];
            }
            $rows[$message->uid] = $row + ['shown' => self::shownAddress($message)];
        }
        return $rows;
    }

    /** The address of the From that Roundcube displays, as Roundcube reads it. */
    public static function shownAddress(\rcube_message_header $message)
    {
        $list = \rcube_mime::decode_address_list((string) $message->from, 1, true, $message->charset);
        $first = reset($list);
        return is_array($first) ? (string) ($first['mailto'] ?? '') : '';
    }

    /** The values that Roundcube has read, topmost first; a row that it kept from before the plugin has none. */
    public static function values(\rcube_message_header $message)
    {
        $results = $message->get(strtolower(self::RESULTS), false);
        if ($results === null) {
            return [];
        }
        return ['results' => array_values((array) $results), 'from' => (string) $message->from];
    }

    /** One FETCH for all. @return string[]|null header blocks by UID; null if the server does not give them */
    public function blocks($folder, array $uids)
    {
        $imap = $this->storage->conn ?? null;
        $isThere = $imap instanceof \rcube_imap_generic && $this->storage->check_connection();
        if (!$isThere || !$imap->select($folder)) {
            return null;
        }
        $names = implode(' ', array_merge(self::READ, self::COUNTED));
        $set = \rcube_imap_generic::compressMessageSet($uids);
        list($code, $answer) = $imap->execute('UID FETCH', [$set, "(UID BODY.PEEK[HEADER.FIELDS ($names)])"]);
        return $code === \rcube_imap_generic::ERROR_OK ? self::blocksOf((string) $answer) : null;
    }

    /** @return string[] by UID. RFC 9051 section 7.5.2 */
    private static function blocksOf($text)
    {
        $blocks = [];
        foreach (self::answersIn($text) as $answer) {
            if (!preg_match('/^\* \d+ FETCH /', $answer, $match)) {
                continue;
            }
            $answer = substr($answer, strlen($match[0]));
            $items = \rcube_imap_generic::tokenizeResponse($answer, 1);
            $at = is_array($items) ? array_search('UID', $items, true) : false;
            if ($at !== false && in_array('BODY[HEADER.FIELDS', $items, true)) {
                $blocks[(int) $items[$at + 1]] = self::blockIn($items);
            }
        }
        return $blocks;
    }

    /** @return string[] each with the literals inside: the tokenizer copies what follows at every token */
    private static function answersIn($text)
    {
        $answers = [];
        $start = $at = 0;
        while (($end = strpos($text, "\r\n", $at)) !== false) {
            if (preg_match('/\{(\d+)\}$/D', substr($text, $at, $end - $at), $match)) {
                $at = min(strlen($text), $end + 2 + (int) $match[1]);
                continue;
            }
            $answers[] = substr($text, $start, $end - $start);
            $start = $at = $end + 2;
        }
        $answers[] = substr($text, $start);
        return $answers;
    }

    private static function blockIn(array $items)
    {
        $at = array_search('BODY[HEADER.FIELDS', $items, true);
        return (string) ($items[$at + 3] ?? ''); // after the list of names and "]"
    }

    /** @return string|null null if it is more than a row may have */
    private static function reduced($block)
    {
        $kept = '';
        $count = 0;
        foreach (self::fieldsOf($block) as $field) {
            $name = self::nameOf($field);
            $isRead = in_array($name, self::READ, true);
            $count += (int) ($isRead && $name !== 'FROM' && $name !== 'LIST-ID');
            $kept .= ($isRead || $name === '' ? $field : strstr($field, ':', true) . ': -') . "\r\n";
        }
        $fits = $count <= self::MAX_RESULTS && strlen($kept) <= self::MAX_OCTETS;
        return $fits && $block !== '' && preg_match('//u', $kept) ? $kept . "\r\n" : null;
    }

    /** @return string[] each field of a header block, still folded */
    public static function fieldsOf($block)
    {
        return preg_split('/\r?\n(?![ \t])/', rtrim($block, "\r\n"));
    }

    /** In capitals. */
    public static function nameOf($field)
    {
        return strtoupper(rtrim(strstr($field, ':', true) ?: ''));
    }
}
