<?php

namespace DkimStatus;

/** What the browser needs for the message that is open. */
class Message
{
    /** One octet more than MAX_HEADER_OCTETS of the element: with it, the element knows that the header goes on. */
    private const MAX_HEADER_OCTETS = 512 * 1024 + 1;

    /** Cached answers are used only with the same version of the verifier and the same values of these settings. */
    private const CONFIGURATION = ['dkimstatus_verifier', 'dkimstatus_service_url'];

    /** @var \rcmail */
    private $rc;
    /** @var \rcube_message */
    private $message;
    /** @var bool */
    private $trusted;

    public function __construct(\rcmail $rc, \rcube_message $message, $trusted)
    {
        $this->rc = $rc;
        $this->message = $message;
        $this->trusted = $trusted;
    }

    /** @return array for `rcmail.env.dkimstatus_message` */
    public function env()
    {
        $headers = $this->message->headers;
        $block = $this->rc->get_storage()->get_raw_headers($this->message->uid);
        $env = is_string($block) && $block !== ''
            ? ['headers' => base64_encode(substr($block, 0, self::MAX_HEADER_OCTETS))]
            : HeaderFields::values($headers);
        $received = \rcube_utils::anytodatetime($headers->internaldate);
        return $env + [
            'shown' => HeaderFields::shownAddress($headers),
            'trusted' => $this->trusted,
            'receivedAt' => $received ? $received->format('c') : null,
            'uid' => (string) $this->message->uid,
            'folder' => (string) $this->message->folder,
        ] + ($this->rc->action === 'print' ? [] : $this->verification((string) $block));
    }

    private function verification($block)
    {
        $verifier = (string) $this->rc->config->get('dkimstatus_verifier', 'browser');
        if (!in_array($verifier, ['browser', 'service'], true) || $block === '') {
            return [];
        }
        $most = (int) $this->rc->config->get('dkimstatus_verify_max_octets', 5 * 1024 * 1024);
        $key = $this->cacheKey($block);
        return [
            'verifier' => $this->message->headers->size > $most ? 'too-large' : $verifier,
            'byItself' => $this->mayAsk(),
            'key' => $key,
            'known' => (new Verdicts($this->rc))->get($key),
        ];
    }

    /** Whether asking the sender's DNS reveals no more than the user's settings reveal to the sender anyway. */
    private function mayAsk()
    {
        switch ($this->rc->config->get('dkimstatus_verify_on', 'images')) {
            case 'open':
                return true;
            case 'images':
                return !empty($this->message->is_safe) || $this->loadsImages();
            default:
                return false;
        }
    }

    /** As Roundcube decides for a message with HTML. */
    private function loadsImages()
    {
        $show = (int) $this->rc->config->get('show_images');
        $sender = $this->message->sender['mailto'] ?? '';
        if ($show === 2) {
            return true;
        }
        if (($show !== 1 && $show !== 3) || $sender === '') {
            return false;
        }
        $known = \rcube_addressbook::TYPE_TRUSTED_SENDER;
        if ($show === 1) {
            $known |= \rcube_addressbook::TYPE_RECIPIENT | \rcube_addressbook::TYPE_WRITEABLE;
        }
        return (bool) $this->rc->contact_exists($sender, $known);
    }

    /** The cache is the user's own; a UID alone does not name a message for ever. */
    private function cacheKey($block)
    {
        $folder = $this->message->folder;
        $data = $this->rc->get_storage()->folder_data($folder);
        $configuration = array_map([$this->rc->config, 'get'], self::CONFIGURATION);
        $parts = [$_SESSION['storage_host'] ?? '', $folder, $data['UIDVALIDITY'] ?? '', $this->message->uid,
            hash('sha256', $block), $configuration, @filemtime(__DIR__ . '/../dkimstatus.js')];
        return hash('sha256', json_encode($parts, JSON_PARTIAL_OUTPUT_ON_ERROR));
    }
}
