<?php

/** An IMAP storage of Roundcube's whose server says what a test puts into its mouth. */
class Mailbox extends rcube_imap
{
    public function __construct($answer, $code = rcube_imap_generic::ERROR_OK)
    {
        parent::__construct();
        $this->conn = new class ($answer, $code) extends rcube_imap_generic {
            public $commands = [];
            private $answers;

            public function __construct(...$answers)
            {
                $this->answers = $answers;
            }

            public function select($mailbox, $qresync_data = null)
            {
                return $mailbox !== 'gone';
            }

            public function execute($command, $arguments = [], $options = 0, $filter = null)
            {
                $this->commands[] = $command . ' ' . implode(' ', $arguments);
                return array_reverse($this->answers);
            }
        };
    }

    public function check_connection()
    {
        return true;
    }

    public function commands()
    {
        return $this->conn->commands;
    }

    /** One untagged answer to FETCH. */
    public static function fetched($uid, $block)
    {
        $length = strlen($block);
        return "* 1 FETCH (UID $uid BODY[HEADER.FIELDS (FROM RECEIVED)] {{$length}}\r\n$block)\r\n";
    }
}
