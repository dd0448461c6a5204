<?php

namespace DkimStatus;

/** What users choose for themselves. */
class Settings
{
    private const CHOICES = [
        'dkimstatus_where' => ['both', 'list', 'message'],
        'dkimstatus_show' => ['all', 'notable', 'warnings'],
    ];
    private const ASK = 'dkimstatus_ask_before_reply';

    /** @var \rcmail */
    private $rc;
    /** @var \rcube_plugin */
    private $plugin;

    public function __construct(\rcmail $rc, \rcube_plugin $plugin)
    {
        $this->rc = $rc;
        $this->plugin = $plugin;
    }

    /** @param string $place list, message */
    public function isShownIn($place)
    {
        return in_array($this->chosen('dkimstatus_where'), ['both', $place], true);
    }

    /** Those that the browser needs to know. */
    public function env()
    {
        return [
            'list' => $this->isShownIn('list'),
            'show' => $this->chosen('dkimstatus_show'),
            'askBeforeReply' => $this->asks(),
            'language' => str_replace('_', '-', $this->rc->get_user_language()),
        ];
    }

    /** Hook preferences_list */
    public function show($args)
    {
        if ($args['section'] !== 'mailview') {
            return $args;
        }
        $options = [];
        foreach (self::CHOICES as $name => $values) {
            if ($this->isOpen($name)) {
                $select = new \html_select(['name' => "_$name", 'id' => $name, 'class' => 'custom-select']);
                foreach ($values as $value) {
                    $select->add($this->plugin->gettext("$name.$value"), $value);
                }
                $options[$name] = $this->option($name, $select->show($this->chosen($name)));
            }
        }
        if ($this->isOpen(self::ASK)) {
            $box = new \html_checkbox(['name' => '_' . self::ASK, 'id' => self::ASK, 'value' => 1]);
            $options[self::ASK] = $this->option(self::ASK, $box->show($this->asks() ? 1 : 0));
        }
        if ($options !== []) {
            $args['blocks']['dkimstatus'] = ['name' => $this->text('signatures'), 'options' => $options];
        }
        return $args;
    }

    /** Hook preferences_save */
    public function save($args)
    {
        if ($args['section'] !== 'mailview') {
            return $args;
        }
        foreach (self::CHOICES as $name => $values) {
            $value = \rcube_utils::get_input_value("_$name", \rcube_utils::INPUT_POST);
            if ($this->isOpen($name) && in_array($value, $values, true)) {
                $args['prefs'][$name] = $value;
            }
        }
        if ($this->isOpen(self::ASK)) {
            $args['prefs'][self::ASK] = !empty($_POST['_' . self::ASK]);
        }
        return $args;
    }

    private function chosen($name)
    {
        $default = $name === 'dkimstatus_where' ? Migration::where($this->rc->config) : 'notable';
        $value = $this->rc->config->get($name, $default);
        return in_array($value, self::CHOICES[$name], true) ? $value : $default;
    }

    private function asks()
    {
        return (bool) $this->rc->config->get(self::ASK, true);
    }

    private function isOpen($name)
    {
        return !in_array($name, (array) $this->rc->config->get('dont_override'), true);
    }

    private function option($name, $content)
    {
        return ['title' => \html::label($name, $this->text($name)), 'content' => $content];
    }

    private function text($name)
    {
        return \rcube::Q($this->plugin->gettext($name));
    }
}
