<?php

namespace DkimStatus;

/** The requests of the browser. Each is a POST with the request token, and is answered with JSON. */
class Actions
{
    /** @var \rcmail */
    private $rc;
    /** @var \rcube_plugin */
    private $plugin;

    public function __construct(\rcmail $rc, \rcube_plugin $plugin)
    {
        $this->rc = $rc;
        $this->plugin = $plugin;
    }

    public function register()
    {
        foreach (['dns', 'verify', 'keep'] as $name) {
            $this->plugin->register_action("plugin.dkimstatus.$name", function () use ($name) {
                list($status, $answer) = $this->isAllowed($name) ? $this->$name() : [403, 'null'];
                http_response_code($status);
                header('Content-Type: application/json');
                header('Cache-Control: no-store');
                exit($answer);
            });
        }
    }

    private function isAllowed($name)
    {
        $verifiers = ['dns' => ['browser'], 'verify' => ['service'], 'keep' => ['browser', 'service']];
        return $_SERVER['REQUEST_METHOD'] === 'POST' && !empty($_POST)
            && $this->rc->check_request(\rcube_utils::INPUT_POST)
            && in_array($this->rc->config->get('dkimstatus_verifier', 'browser'), $verifiers[$name], true);
    }

    private function dns()
    {
        $name = self::posted('_name');
        if (!Dns::mayBeAsked($name)) {
            return [400, 'null'];
        }
        // Sessions are written whole: what other requests of this browser have changed meanwhile must not be lost.
        $this->rc->session->reload();
        if (Dns::isTooMany(time())) {
            return [429, 'null'];
        }
        $this->rc->session->write_close(); // a silent name server must not block the user's other requests
        return [200, json_encode(Dns::txt($name))];
    }

    private function verify()
    {
        $storage = $this->rc->get_storage();
        $storage->set_folder(self::posted('_mbox'));
        $headers = $storage->get_message_headers(self::posted('_uid'));
        $most = (int) $this->rc->config->get('dkimstatus_verify_max_octets', 5 * 1024 * 1024);
        if (!$headers || $headers->size > $most) {
            return [$headers ? 413 : 404, 'null'];
        }
        $this->rc->session->write_close();
        $message = fopen('php://temp/maxmemory:1048576', 'w+b');
        $storage->get_raw_body($headers->uid, $message);
        rewind($message);
        $answer = (new Service($this->rc))->verify($message, self::posted('_received'));
        return $answer === null ? [502, 'null'] : [200, $answer];
    }

    private function keep()
    {
        $kept = (new Verdicts($this->rc))->keep(self::posted('_key'), self::posted('_answer'));
        return [$kept ? 200 : 400, json_encode($kept)];
    }

    private static function posted($name)
    {
        return isset($_POST[$name]) && is_string($_POST[$name]) ? $_POST[$name] : '';
    }
}
