<?php

namespace DkimStatus;

/** The gateway's HTTP hook: `dkimstatus serve`. */
class Service
{
    private const SECONDS = 20;
    private const MAX_ANSWER = 64 * 1024;

    /** @var \rcmail */
    private $rc;

    public function __construct(\rcmail $rc)
    {
        $this->rc = $rc;
    }

    /**
     * @param resource $message    a stream at its beginning; it is sent on as it is read
     * @param string   $receivedAt ISO 8601
     *
     * @return string|null the answer's JSON, not decoded; null if there is none
     */
    public function verify($message, $receivedAt)
    {
        $url = rtrim((string) $this->rc->config->get('dkimstatus_service_url', 'http://127.0.0.1:8890'), '/');
        $query = $receivedAt === '' ? '' : '?' . http_build_query(['received-at' => $receivedAt]);
        try {
            $request = $this->options() + ['body' => $message];
            $response = $this->rc->get_http_client()->post("$url/verify$query", $request);
        } catch (\Throwable $error) {
            \rcube::raise_error(['code' => 500, 'message' => 'dkimstatus: ' . $error->getMessage()], true, false);
            return null;
        }
        $answer = $response->getBody()->read(self::MAX_ANSWER);
        return $response->getStatusCode() === 200 && is_array(json_decode($answer, true)) ? $answer : null;
    }

    private function options()
    {
        $headers = ['Content-Type' => 'message/rfc822'];
        $token = (string) $this->rc->config->get('dkimstatus_service_token');
        if ($token !== '') {
            $headers['Authorization'] = "Bearer $token";
        }
        $socket = (string) $this->rc->config->get('dkimstatus_service_socket');
        return [
            'headers' => $headers,
            'timeout' => self::SECONDS,
            'http_errors' => false,
            'allow_redirects' => false,
            'curl' => $socket === '' ? [] : [CURLOPT_UNIX_SOCKET_PATH => $socket],
        ];
    }
}
