<?php

use PHPUnit\Framework\TestCase;

class StylesheetTest extends TestCase
{
    private function stylesheet($skins)
    {
        $rc = rcmail::get_instance();
        $before = $rc->output;
        $rc->output = (object) ['skins' => array_fill_keys($skins, [])];
        try {
            $method = new ReflectionMethod(dkimstatus::class, 'stylesheet');
            $method->setAccessible(true);
            return $method->invoke(new dkimstatus($rc->plugins));
        } finally {
            $rc->output = $before;
        }
    }

    public function testIsThatOfTheSkinOrOfTheOneThatItExtends()
    {
        $this->assertSame('skins/larry/dkimstatus.css', $this->stylesheet(['larry']));
        $this->assertSame('skins/classic/dkimstatus.css', $this->stylesheet(['ours', 'classic']));
    }

    public function testIsElasticsForASkinThatExtendsNone()
    {
        $this->assertSame('skins/elastic/dkimstatus.css', $this->stylesheet(['ours']));
    }
}
