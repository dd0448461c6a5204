<?php

use DkimStatus\HeaderFields;
use PHPUnit\Framework\TestCase;

class HeaderFieldsTest extends TestCase
{
    private const RECEIVED = "Received: from a by b\r\n\twith SMTP\r\n";
    private const OWN = "Authentication-Results: mx.example; dkim=pass\r\n";

    private function message($uid, $from = 'Alice <alice@example.org>')
    {
        $message = new rcube_message_header();
        $message->uid = $uid;
        $message->from = $from;
        return $message;
    }

    private function row($block, $uid = 7)
    {
        $fields = new HeaderFields(new Mailbox(Mailbox::fetched($uid, $block)));
        return $fields->ofRows('INBOX', [$this->message($uid)])[$uid];
    }

    private function headers($block)
    {
        return base64_decode($this->row($block)['headers']);
    }

    public function testKeepsTheOrderAndTheNumberOfFields()
    {
        $block = self::RECEIVED . self::OWN . self::RECEIVED . "From: a@example.org\r\n" . self::OWN . "\r\n";
        $expected = "Received: -\r\n" . self::OWN . "Received: -\r\nFrom: a@example.org\r\n" . self::OWN . "\r\n";
        $this->assertSame($expected, $this->headers($block));
    }

    public function testKeepsEachFromAndEveryFoldAsItIs()
    {
        $from = "From: \"a\r\n b\" <a@example.org>\r\nfrom : x@evil.example\r\n";
        $this->assertSame($from . "\r\n", $this->headers($from . "\r\n"));
    }

    public function testHandsOnHowOftenOtherFieldsAreThereAndNotWhatTheySay()
    {
        $headers = $this->headers("Subject: secret\r\nsubject: twice\r\nTo: all\r\n others\r\n\r\n");
        $this->assertSame("Subject: -\r\nsubject: -\r\nTo: -\r\n\r\n", $headers);
    }

    public function testARowWithTooMuchSaysNothing()
    {
        $from = "From: a@example.org\r\n";
        $this->assertArrayHasKey('headers', $this->row($from . str_repeat(self::OWN, 16)));
        $this->assertArrayNotHasKey('headers', $this->row($from . str_repeat(self::OWN, 17)));
        $this->assertArrayNotHasKey('headers', $this->row($from . 'DKIM-Signature: ' . str_repeat('x', 8192)));
        $this->assertArrayNotHasKey('headers', $this->row($from . "Authentication-Results: \xff\r\n"));
        $this->assertArrayNotHasKey('headers', $this->row(''));
    }

    public function testAsksOnceForAllMessagesOfAFolderAndForNoBody()
    {
        $answer = Mailbox::fetched(3, "From: c@example.org\r\n\r\n") . "* 12 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n"
            . Mailbox::fetched(5, "From: e@example.org\r\n\r\n");
        $mailbox = new Mailbox($answer);
        $messages = [$this->message(3), $this->message(4), $this->message(5)];
        $rows = (new HeaderFields($mailbox))->ofRows('INBOX', $messages);
        $this->assertSame("From: c@example.org\r\n\r\n", base64_decode($rows[3]['headers']));
        $this->assertArrayNotHasKey('headers', $rows[4]);
        $this->assertSame("From: e@example.org\r\n\r\n", base64_decode($rows[5]['headers']));
        $this->assertCount(1, $mailbox->commands());
        $pattern = '/^UID FETCH 3:5 \(UID BODY\.PEEK\[HEADER\.FIELDS \([A-Z -]+\)\]\)$/';
        $this->assertMatchesRegularExpression($pattern, $mailbox->commands()[0]);
    }

    public function testAnAnswerInsideAHeaderIsNoAnswer()
    {
        $inner = Mailbox::fetched(9, "From: x@evil.example\r\n\r\n");
        $rows = (new HeaderFields(new Mailbox(Mailbox::fetched(7, "From: a@example.org\r\nX: \r\n $inner\r\n"))))
            ->ofRows('INBOX', [$this->message(7), $this->message(9)]);
        $this->assertArrayNotHasKey('headers', $rows[9]);
    }

    public function testWhereTheFetchFailsTheValuesGoOnInTheirOrder()
    {
        $message = $this->message(7);
        $message->others['authentication-results'] = ['a.example; dkim=pass', 'b.example; dkim=fail'];
        foreach ([new Mailbox('', rcube_imap_generic::ERROR_NO), new Mailbox('')] as $index => $mailbox) {
            $row = (new HeaderFields($mailbox))->ofRows($index === 0 ? 'INBOX' : 'gone', [$message])[7];
            $this->assertSame(['a.example; dkim=pass', 'b.example; dkim=fail'], $row['results']);
            $this->assertSame('Alice <alice@example.org>', $row['from']);
        }
    }

    public function testARowFromBeforeThePluginHasNoValues()
    {
        $this->assertSame([], HeaderFields::values($this->message(7)));
    }

    public function testTellsTheAddressThatRoundcubeReads()
    {
        $addresses = [
            '"My Bank" <info@bank.example>' => 'info@bank.example',
            'x@evil.example, y@bank.example' => 'x@evil.example',
            '' => '',
        ];
        foreach ($addresses as $from => $address) {
            $this->assertSame($address, HeaderFields::shownAddress($this->message(1, $from)), $from);
        }
    }
}
